"""The sentences of coach texts on runs, several for each thing to say, so that weeks do not read alike."""

from typing import Final

from plan_pipeline.core.coach_texts.common_phrases import FIRST, TAPER, TEST, WORK, WORK_ONE
from plan_pipeline.core.coach_texts.phrases import Phrases, Pool
from plan_pipeline.core.model.vocabulary import Phase, WorkoutType

AIMS: Final[dict[WorkoutType, Pool]] = {
    WorkoutType.EASY: (
        "put a little faster running into an easy day",
        "keep an easy run awake",
        "remind your legs of speed without tiring them",
    ),
    WorkoutType.LONG: (
        "get used to being on your feet for long",
        "make long distances ordinary",
        "train the legs to go on when they would rather not",
    ),
    WorkoutType.RECOVERY: (
        "loosen the legs and recover faster than on the sofa",
        "move a little without asking anything of the legs",
    ),
    WorkoutType.STEADY: (
        "run briskly for longer without tipping over into hard work",
        "make the pace just above easy feel ordinary",
        "build the base that faster running stands on",
        "get used to steady pressure without strain",
    ),
    WorkoutType.PROGRESSIVE: (
        "learn to start slowly and finish fast",
        "run faster as you get more tired, which is what a well-paced race feels like",
        "find your way into pace instead of starting with it",
        "end an honest run strong",
    ),
    WorkoutType.MARATHON_PACE: (
        "learn marathon pace until you know it without a watch",
        "make race pace feel slow",
        "practise eating and drinking at the pace of the race",
        "teach the legs to hold marathon pace at a low price",
    ),
    WorkoutType.THRESHOLD: (
        "hold threshold pace for longer at a stretch",
        "teach your body to clear what hard running leaves behind",
        "get to know the effort that you can only just keep up",
        "move the pace at which running turns from hard to too hard",
        "stay relaxed at a pace that could be raced for an hour",
    ),
    WorkoutType.CRUISE_INTERVALS: (
        "collect more time at threshold than one long stretch would allow",
        "run at threshold in pieces, with rests too short to recover fully",
        "push threshold pace up without racing it",
        "hold an even pace from the first repeat to the last",
    ),
    WorkoutType.RACE_PACE: (
        "get used to race pace and its rhythm",
        "learn how race pace feels before it hurts",
        "run at race pace often enough that it holds no surprise",
        "find an even pace that you can call up on the day",
    ),
    WorkoutType.VO2MAX: (
        "lift the ceiling that threshold pace hangs from",
        "spend time breathing as hard as you can",
        "bring your oxygen uptake up fast and keep it there",
        "make threshold feel further away from your limit",
        "train the heart, which only very hard running stretches",
    ),
    WorkoutType.REPETITION: (
        "run fast and relaxed, with a stride that costs little",
        "sharpen speed and economy, with full rest between",
        "make every slower pace feel easier",
        "teach your legs to turn over quickly without straining",
    ),
    WorkoutType.HILLS: (
        "build strength and power where the ground helps you",
        "work hard without the pounding of fast running on the flat",
        "drive from the hip and keep tall when it gets steep",
        "get stronger legs and a better stride from the same hill",
    ),
    WorkoutType.RACE_SIMULATION: (
        "rehearse the race: kit, breakfast, pacing and all",
        "find out what race pace asks for when the legs are tired",
        "make the day itself feel like something you have done before",
    ),
    WorkoutType.CROSS_TRAINING: (
        "train the heart and spare the legs",
        "get endurance without another day of impact",
        "keep moving while what hurts has its rest",
    ),
    WorkoutType.STRENGTH: (
        "make legs and trunk strong enough for the running",
        "get stiffer springs and a cheaper stride",
        "keep the injuries away that weak hips and calves invite",
    ),
}
"""What a session of a type is for, to follow "to" or "you"; easy and long runs here hold faster running."""

WITH_DOSE: Final = (
    "You run {dose} to {aim}.",
    "With {dose} you {aim}.",
    "The work is {dose}, to {aim}.",
    "{Dose}: you {aim}.",
)
WITHOUT_DOSE: Final = (
    "This session is there to {aim}.",
    "You run this one to {aim}.",
    "The point of the day is to {aim}.",
    "Here you {aim}.",
)
LONG: Final = (
    "It builds the endurance that everything else in the plan rests on.",
    "Time on your feet teaches the legs to go on: hold back early, and practise eating and drinking.",
    "Run it at a pace you could talk at, and let the length do the training.",
    "Slow and long, it trains you to burn fat and spare the rest for later.",
    "It is the run that the race is built on: an even effort, and something to eat from early on.",
)
LONG_NO_EVENT: Final = (*LONG[:-1], "It gives the week its depth: an even effort from the first step to the last.")
LONGEST: Final = (
    "At {length} no run of the plan is longer, so start slowly and eat from early on.",
    "With {length} you run as long as the plan goes: keep the effort even and walk through the drinks.",
    "Its {length} are the most that the plan asks for in one run: go into it rested.",
)
LATE_WORK: Final = (
    "The work comes late on purpose: you learn to run well on tired legs.",
    "Save yourself until the faster part, where the run does its real training.",
    "Easy running first, then the work: that is how long races are decided.",
    "It asks for good pacing and good eating, and the last part shows whether you had both.",
)
_MARATHON_END: Final = (
    "Easy running first, then marathon pace on tired legs: the race begins there.",
    "The last part at marathon pace shows what it costs when the easy part is already in the legs.",
    "Finish at marathon pace, no faster: the lesson is control, and eating while you run.",
)
_MARATHON_WITHIN: Final = (
    "Marathon pace and easy running take turns, so that you hold more of it in one run than you could at a stretch.",
    "You settle into marathon pace again and again, which is the skill that the race asks for.",
    "The stretches at marathon pace are for rhythm: each should feel like the one before.",
)
_HALF: Final = (
    "Half-marathon pace on tired legs is what the last third of the race is made of.",
    "You learn to find half-marathon pace when the legs are no longer fresh.",
    "Run the fast part evenly: it should end at the pace it began with.",
)
_FASTER: Final = (
    "Start so slowly that the end can be faster: it trains pacing as much as legs.",
    "The faster end teaches you to run well when you are already tired.",
    "Easy first, brisk last, and in control all the way.",
)
_PICK_UPS: Final = (
    "The pick-ups keep the stride quick in a run that would lull it to sleep.",
    "A few faster minutes break up the distance, and the rest stays easy.",
)
_UNEVEN: Final = (
    "Uneven ground spreads the strain over more muscles and makes them stronger.",
    "Let the pace follow the ground and keep the effort even: that is the skill of hilly running.",
    "The ups and downs prepare the legs for more than a flat road would.",
)
_WALKED: Final = (
    "The walks let you stay out for longer than you could run yet.",
    "It is about time on your feet: walk before you have to, and start each run slowly.",
    "Running and walking by turns gets tendons and bones used to the load, which takes longer than the breath does.",
)
LONG_LAID_OUT: Final[dict[str, Pool]] = {
    "progressive": _FASTER,
    "fast_finish": _FASTER,
    "pick_ups": _PICK_UPS,
    "rolling": _UNEVEN,
    "trail": _UNEVEN,
    "hilly_finish": _UNEVEN,
    "run_walk": _WALKED,
    "run_walk_longer": _WALKED,
    "run_walk_long": _WALKED,
    "mp_finish_short": _MARATHON_END,
    "mp_finish_long": _MARATHON_END,
    "mp_blocks": _MARATHON_WITHIN,
    "mp_sandwich": _MARATHON_WITHIN,
    "mp_over_under": _MARATHON_WITHIN,
    "hm_finish": _HALF,
    "hm_blocks": _HALF,
}
LIGHT_LONG: Final = (
    "It keeps the habit of the long run without its fatigue.",
    "Long enough to stay used to it, short enough to recover from at once.",
    "A shorter long run: enjoy it and come home fresh.",
)
TESTS: Final = (
    "It shows where you stand: run it rested, evenly and to the end.",
    "It measures what the work since the last test has brought, so give it all you have.",
    "A fresh number keeps your paces honest: pace the beginning and empty yourself at the end.",
)
OPENERS: Final = (
    "A few strides wake the legs up for {event} and leave no fatigue behind.",
    "It opens the legs for {event}: stop while you feel that you could do more.",
)
SHARPENING: Final = (
    "It keeps you sharp while the volume falls, so stop as soon as the work is done.",
    "A short dose of pace tells your body to keep what it has built.",
)

# --- weeks -----------------------------------------------------------------------------------------------------

WATCH: Final[dict[WorkoutType, Pool]] = {
    WorkoutType.STEADY: (
        "Keep the steady running steady, and resist turning it into a race.",
        "Steady should feel brisk, never desperate: if you gasp, ease off.",
        "In the steady run breathe easily and let the shoulders hang.",
    ),
    WorkoutType.PROGRESSIVE: (
        "Start the progressive run slower than you want to: the end is where it counts.",
        "Let the pace come to you in the progressive run, and finish with something left.",
        "Each part of the progressive run is a little faster than the last, and none is a sprint.",
    ),
    WorkoutType.MARATHON_PACE: (
        "Run marathon pace to the second, not a little faster because it feels easy.",
        "At marathon pace practise drinking on the run.",
        "If marathon pace feels like threshold, it is too fast for today: slow down and finish.",
        "Let the breathing settle at marathon pace before you look at the watch.",
    ),
    WorkoutType.THRESHOLD: (
        "Begin the threshold running a touch slower than the range, and let it come to you.",
        "Judge the threshold run by its last minutes: they should be as good as the first.",
        "Go into the threshold work rested; on tired legs it trains little.",
        "Threshold is won by patience: nobody fails it in the first minutes.",
        "Count your breath at threshold when the mind begins to bargain.",
    ),
    WorkoutType.CRUISE_INTERVALS: (
        "Run the first cruise interval as if it were the last: neither is to be faster.",
        "The rests between cruise intervals are short on purpose, so keep the pace honest.",
        "If you have to race to finish the cruise intervals, they were too fast.",
        "Jog the rests of the cruise intervals slowly, but keep moving.",
    ),
    WorkoutType.RACE_PACE: (
        "Hit race pace from the first repeat on, and hold it there.",
        "In the work at race pace relax hands and jaw: that is what holds the pace.",
        "Race pace feels easy when you are rested; do not let that tempt you.",
    ),
    WorkoutType.VO2MAX: (
        "The VO2max work should hurt in the lungs before it hurts in the legs.",
        "Start the VO2max repeats under control; going out too hard ruins the rest.",
        "Take the easy day before the VO2max work seriously.",
        "Keep the steps short and quick in the VO2max repeats.",
        "Stop the VO2max set when the pace is gone: half a good set beats a whole bad one.",
    ),
    WorkoutType.REPETITION: (
        "Rest fully between the fast repetitions, for their quality is all that counts.",
        "Warm up well before the fast repetitions, and run each one relaxed.",
        "When the fast repetitions lose their snap, the day is done.",
    ),
    WorkoutType.HILLS: (
        "On the hills look ahead, lean from the ankles and drive the arms.",
        "Go by effort on the hills, and walk down if the legs need it.",
        "The last hill repeat should look like the first.",
        "Warm up longer than usual before the hills: cold calves do not like them.",
    ),
    WorkoutType.RACE_SIMULATION: (
        "Treat the race simulation as a dress rehearsal, breakfast and shoes included.",
        "The race simulation is no race: stop when it is done, however good it feels.",
    ),
}
WATCH_LONG: Final = (
    "On the long run start slower than you want to, and eat before you are hungry.",
    "Use the long run to try out food, shoes and clothes.",
    "Drink early on the long run, not only when you are thirsty.",
    "If the long run leaves you empty for days, it was too fast: keep it easy.",
    "Leave the long run with a little left in the legs.",
    "Run the first half of the long run as if you had to run it twice.",
)
WATCH_EASY: Final = (
    "Keep the easy runs easy: that is what lets you do the rest.",
    "Be patient, sleep well and let the work add up.",
    "Notice how the legs feel on the stairs in the morning: it is an honest guide.",
    "Consistency counts for more than any single day.",
)
WATCH_BIGGEST: Final = (
    "Sleep and eat for it, and keep the rest of your life as calm as you can.",
    "It is a lot of running, so take the rest days as seriously as the hard ones.",
)
LAST_BEFORE_RECOVERY: Final = (
    "A lighter week follows, so you can carry some fatigue into the weekend.",
    "After this comes a lighter week: give the key sessions what you have.",
    "You may feel the weeks in your legs by now; next comes time to recover.",
    "Hold on through the weekend, and then rest.",
)
RECOVERY: Final = (
    "You get stronger now, while you rest, so leave the days as light as they are.",
    "Do less, sleep more, and start the next block hungry.",
    "If you feel restless by the weekend, the week has done its work.",
    "Resist adding anything: the block behind you only counts once you have recovered from it.",
    "Heavy legs in the first days are ordinary and pass.",
    "Use the time you gain for sleep, and for what calves and feet have been asking for.",
)
EVENT_WEEK: Final = (
    "Lay out shoes, clothes and food early, and use nothing new on the day.",
    "Sleep well in the nights before the last one, which is often short.",
)
OPENINGS: Final[dict[Phase, Pool]] = {
    Phase.BASE: ("The base phase goes on", "The groundwork continues", "Easy volume goes on", "The base grows"),
    Phase.BUILD: ("The build phase goes on", "The work gets more pointed", "Building continues", "The build goes on"),
    Phase.PEAK: ("The peak phase goes on", "The work stays close to its goal", "Sharper work continues"),
    Phase.RECOVERY: ("A lighter week", "Time to recover", "A week to absorb the work", "A cutback week"),
    Phase.TAPER: ("The taper goes on", "Volume comes down", "Freshening up"),
}

RUN_PHRASES: Final = Phrases(
    aims=AIMS,
    else_for=WorkoutType.EASY,
    with_dose=WITH_DOSE,
    without_dose=WITHOUT_DOSE,
    long=LONG,
    long_no_event=LONG_NO_EVENT,
    longest=LONGEST,
    late_work=LATE_WORK,
    laid_out=LONG_LAID_OUT,
    light_long=LIGHT_LONG,
    tests=TESTS,
    openers=OPENERS,
    sharpening=SHARPENING,
    watch=WATCH,
    watch_long=WATCH_LONG,
    watch_easy=WATCH_EASY,
    watch_biggest=WATCH_BIGGEST,
    last_before_recovery=LAST_BEFORE_RECOVERY,
    recovery=RECOVERY,
    taper=TAPER,
    event_week=EVENT_WEEK,
    openings=OPENINGS,
    first=FIRST,
    test=TEST,
    work=WORK,
    work_one=WORK_ONE,
)
