"""What the words around a number are about."""

import re
from enum import Enum


class Topic(Enum):
    """A subject, with the words that bring it up."""

    REST = (
        r"\brest(?!ed|ing heart| interval| between)(?:s|ing)?\b|\b(?:is|are|be|stays?|days?|completely|fully) off\b|"
        r"\boff the bike\b|\bno (?:training|riding|ride|session|workout)s?\b|\bfree of training\b"
    )
    LONG_RIDE = r"\blong(?:est|er)?,? (?:[a-z]+ )?(?:ride|day|outing|session)s?\b|\bback-to-back\b"
    HARD = (
        r"\bhard(?:est|er)?\b|\bquality\b|\bintervals?\b|\bintensity\b|\bkey (?:session|workout|day)s?\b|\bsharp\b|"
        r"\bdemanding\b"
    )
    TEMPO = r"\btempo\b"
    SWEET_SPOT = r"\bsweet[ -]?spot\b"
    THRESHOLD = r"\bthreshold\b(?! power)"
    VO2MAX = r"\bVO2(?:max)?\b"
    ANAEROBIC = r"\banaerobic\b"
    STEADY = r"\bsteady (?:run|ride|session|running|riding)s?\b"
    PROGRESSIVE = r"\bprogressive\b|\bprogression (?:run|ride)s?\b"
    MARATHON_PACE = r"\bmarathon[ -]pace\b(?! of)"
    CRUISE_INTERVALS = r"\bcruise intervals?\b"
    RACE_PACE = r"\brace[ -]pace (?:work|session|intervals?|run|ride)s?\b"
    REPETITION = r"\brepetitions?\b"
    HILLS = r"\bhill repeats?\b|\bhill session\b"
    RACE_SIMULATION = r"\brace simulation\b|\bdress rehearsal\b"
    CROSS_TRAINING = r"\bcross[ -]?training\b"
    STRIDES = r"\bstrides\b|\bhill sprints\b"
    EASY = r"\beasy\b|\bendurance\b|\bzone 2\b|\bZ2\b"
    OPENERS = r"\bopeners?\b"
    TEST = r"\b(?:FTP |ramp )?test(?:s|ed|ing)?\b"
    STRENGTH = r"\bstrength (?:session|work|training)|\bgym\b"
    TRAINING = r"\btrain(?:s|ing)?\b|\brid(?:e|es|ing)\b|\bsessions?\b|\bworkouts?\b|\bspin\b"
    EVENT = r"\b(?:race|event|big) day\b|\b(?:your|the|main|target|goal|A) (?:race|event)\b"
    DURATION_OF_EVENT = r"\bfinish\b|\btake(?:s)? you\b|\bon the day\b|\bexpected?\b|\bduration\b"

    RECOVERY_WEEK = r"\b(?:recovery|rest|easy|easier|light|lighter|deload|down) weeks?\b"
    TAPER = r"\btaper(?:s|ing)?\b"
    LOAD_WEEK = r"\b(?:load|loading|normal|usual|training) weeks?\b"
    BASE = r"\bbase (?:phase|weeks?|block|period)\b|\bthe base\b(?! (?:that|of|for|on|which)\b)"
    BUILD = r"\bbuild (?:phase|weeks?|block|period)\b|\bthe build\b(?! (?:that|of|for|on|which)\b)"
    PEAK = r"\bpeak (?:phase|weeks|block|period)\b|\bthe peak\b(?! of)"
    MOST = (
        r"\bmost\b|\bpeaks? (?:at|of|with|near|around)\b|\bpeaking\b|\bpeak week\b|\bbiggest\b|\bhighest\b|"
        r"\bhardest\b|\blargest\b|\bmaximum\b|\bmax(?:es)? out\b|\btops? out\b|\bup to\b|\blongest\b"
    )
    LEAST = r"\bleast\b(?! )|\blowest\b|\blightest\b|\bsmallest\b|\bminimum\b|\bshortest\b"
    IN_ALL = r"\bin all\b|\bin total\b|\btotal(?:s|ling)?\b|\baltogether\b"
    MEAN = r"\bon average\b|\baverag(?:e|es|ing)\b"

    VOLUME = r"\bvolume\b|\bweekly\b|\btraining time\b|\bhours a week\b|\bhold(?:s)?\b|\basked for\b"
    WEEK = r"\bweeks?\b"
    ASKED_FOR = r"\basked for\b|\bavailable\b|\byou have\b|\byou can (?:give|spare|train)\b|\byour budget\b"
    NOW = r"\bcurrent(?:ly)?\b|\bso far\b|\bright now\b|\bthese days\b|\bat the moment\b|\bby now\b"
    START = r"\bstart(?:s|ing|ed)?\b|\bbegin(?:s|ning)?\b|\bkick(?:s)? off\b"
    OFF = r"\byou are (?:off|away)\b|\baway\b|\btime off\b|\bholidays?\b|\bvacation\b|\btravel(?:ling)?\b|\boff from\b"
    LIMIT = r"\blimit(?:s|ed)?\b|\bcap(?:s|ped)?\b|\bat most\b|\bno more than\b|\bup to\b"

    FTP = r"\bFTP\b|\bthreshold power\b|\bfunctional threshold\b"
    AIM = r"\bgoal\b|\btargets?\b|\baim(?:s|ing)?\b|\btowards?\b|\bdirection of\b|\breach(?:es|ing)?\b"
    GAIN = (
        r"\bgain(?:s|ed|ing)?\b|\bmore\b|\bincreas(?:e|es|ing)\b|\bimprove(?:s|ment|ments)?\b|\bris(?:e|es|ing)\b|"
        r"\brais(?:e|es|ing)\b|\bjump\b|\bup by\b|\bhigher\b|\babove\b|\blift\b"
    )
    LESS = (
        r"\bdown\b|\bcuts?\b|\bless\b|\blower\b|\breduc(?:e|es|ed|ing|tion)\b|\bdrops?\b|\bbelow\b|\bfalls?\b|\bshed\b"
    )
    OF_USUAL = r"\bof (?:the |your |a |an )?(?:usual|normal|load|average|typical|previous|full)\b"
    POINTS = r"\bpoints?\b|\bramp\b|\bclimbs? by\b|\bper week\b|\ba week\b"

    GENERAL_TIME = (
        r"\bsleep\b|\bnaps?\b|\bcarb\w*|\bgrams?\b|\bdrinks?\b|\bbottles?\b|\bmeals?\b|\beat\b|\bper hour\b|"
        r"\ban hour\b|\bcaffeine\b|\bin bed\b"
    )
    OTHER_PLAN = r"\bthe standard plan of\b|\bplans of it\b"
    HYPOTHETICAL = r"\bwould\b|\bcould\b|\bmight\b|\bif\b|\bunless\b|\bshould you\b"
    MOVED = (
        r"\bmov(?:e|ed|ing)\b|\bswap(?:ped)?\b|\bshift(?:ed)?\b|\binstead\b|\brather than\b|\bcan(?:'t|not| not)\b|"
        r"\bmiss(?:ed)?\b|\bwhen life\b|\bget in the way\b"
    )

    def found_in(self, text: str) -> bool:
        """Whether a text speaks of it."""
        return self.last_in(text) >= 0

    def last_in(self, text: str) -> int:
        """Where a text speaks of it for the last time; -1 where it does not."""
        return max((match.start() for match in _PATTERNS[self].finditer(text)), default=-1)

    def first_in(self, text: str) -> int | None:
        """Where a text speaks of it first."""
        match = _PATTERNS[self].search(text)
        return None if match is None else match.start()


_PATTERNS = {topic: re.compile(topic.value, re.IGNORECASE) for topic in Topic}
