"""The sentences of coach texts on rides, several for each thing to say, so that weeks do not read alike."""

from typing import Final

from plan_pipeline.core.coach_texts.common_phrases import FIRST, TAPER, TEST, WORK, WORK_ONE
from plan_pipeline.core.coach_texts.phrases import Phrases, Pool
from plan_pipeline.core.model.vocabulary import Phase, WorkoutType

AIMS: Final[dict[WorkoutType, Pool]] = {
    WorkoutType.TEMPO: (
        "ride briskly for longer without tipping over into hard work",
        "get used to steady pressure on the pedals",
        "make the pace just above easy feel ordinary",
        "build the base that harder work stands on",
    ),
    WorkoutType.SWEET_SPOT: (
        "collect work just below threshold at a price you can pay again in two days",
        "raise the power you can hold without the cost of full threshold work",
        "make long steady efforts feel manageable",
        "push threshold up from below",
        "learn to stay relaxed while the work goes on",
    ),
    WorkoutType.THRESHOLD: (
        "hold threshold power for longer at a stretch",
        "teach your body to clear what hard riding leaves behind",
        "get to know the effort that you can only just keep up",
        "move the power at which riding turns from hard to too hard",
        "pace yourself where a few watts too many cost the last effort",
    ),
    WorkoutType.VO2MAX: (
        "lift the ceiling that threshold power hangs from",
        "spend time breathing as hard as you can",
        "bring your oxygen uptake up fast and keep it there",
        "make threshold feel further away from your limit",
        "train the heart, which only very hard riding stretches",
    ),
    WorkoutType.ANAEROBIC: (
        "go far above threshold and recover from it",
        "sharpen the efforts that close gaps and win sprints",
        "make short, very hard efforts repeatable",
        "add the top end that steady riding never touches",
    ),
    WorkoutType.MIXED: (
        "change pace as often as an event asks for",
        "bring the week's pieces together as they come on the road",
        "practise hard riding that does not follow a clock",
        "learn to settle again after every surge",
    ),
    WorkoutType.ENDURANCE: (
        "put some harder riding into an easy day",
        "add a little pressure to an endurance ride",
        "keep an easy ride awake",
    ),
}
"""What a session of a type is for, to follow "to" or "you"; endurance rides here hold harder work."""

WITH_DOSE: Final = (
    "You ride {dose} to {aim}.",
    "With {dose} you {aim}.",
    "The work is {dose}, to {aim}.",
    "{Dose}: you {aim}.",
)
WITHOUT_DOSE: Final = (
    "This session is there to {aim}.",
    "You ride this one to {aim}.",
    "The point of the day is to {aim}.",
    "Here you {aim}.",
)
LONG_RIDE: Final = (
    "It builds the endurance that everything else in the plan rests on.",
    "Easy hours teach your legs to go on: hold back early, and practise eating and drinking.",
    "It makes time in the saddle ordinary, so ride it at a pace you could talk at.",
    "Steady and easy, it trains you to burn fat and spare the rest for later.",
    "It is the ride that the event is built on: even power, and food from early on.",
)
LONG_RIDE_NO_EVENT: Final = (*LONG_RIDE[:-1], "It gives the week its depth: even power, and food from early on.")
LONGEST_RIDE: Final = (
    "At {length} no ride of the plan is longer, so start slowly and eat from early on.",
    "With {length} you ride as long as the plan goes: keep the power even and the food coming.",
    "Its {length} are the most that the plan asks for in one ride: go into it rested.",
)
LATE_WORK: Final = (
    "The work comes late on purpose: you learn to find power on tired legs.",
    "Save yourself until the last part, where the ride does its real training.",
    "Easy hours first, then the work: that is how long events are decided.",
    "It asks for good pacing and good eating, and the last part shows whether you had both.",
)
LIGHT_LONG_RIDE: Final = (
    "It keeps the habit of the long ride without its fatigue.",
    "Long enough to stay used to the saddle, short enough to recover from at once.",
    "A shorter long ride: enjoy it and come home fresh.",
)
TESTS: Final = (
    "It shows where you stand: ride it rested, evenly and to the end.",
    "It measures what the work since the last test has brought, so give it all you have.",
    "A fresh number keeps your zones honest: pace the beginning and empty yourself at the end.",
)
OPENERS: Final = (
    "A few short efforts wake the legs up for {event} and leave no fatigue behind.",
    "It opens the legs for {event}: stop while you feel that you could do more.",
)
SHARPENING: Final = (
    "It keeps you sharp while the volume falls, so stop as soon as the work is done.",
    "A short dose of intensity tells your body to keep what it has built.",
)

# --- weeks -----------------------------------------------------------------------------------------------------

WATCH: Final[dict[WorkoutType, Pool]] = {
    WorkoutType.TEMPO: (
        "Keep the tempo work steady and resist turning it into a race.",
        "Tempo should feel brisk, never desperate: if you gasp, ease off.",
        "Even pressure matters more in tempo than a high number.",
        "Let the tempo come from a round pedal stroke, not from the shoulders.",
    ),
    WorkoutType.SWEET_SPOT: (
        "Sweet spot is meant to be repeatable: finish with something left.",
        "Sit still and breathe deep in the sweet spot blocks, and keep the recoveries truly easy.",
        "If sweet spot feels like threshold, take the power down and finish the set.",
        "Eat before the sweet spot work: it burns more than it feels like.",
        "Watch your pulse in the sweet spot blocks; if it climbs from one to the next, you are tired.",
    ),
    WorkoutType.THRESHOLD: (
        "Begin each threshold effort a touch below target, and let it come to you.",
        "Judge the threshold work by its last effort: it should be as good as the first.",
        "Go into the threshold work rested; on tired legs it trains little.",
        "Threshold is won by patience: nobody fails it in the first minutes.",
        "Count your breath in the threshold efforts when the mind begins to bargain.",
    ),
    WorkoutType.VO2MAX: (
        "The VO2max work should hurt in the lungs before it hurts in the legs.",
        "Start the VO2max efforts under control; going out too hard ruins the rest.",
        "Take the easy day before the VO2max work seriously.",
        "Spin a gear lighter than you think in the VO2max efforts.",
        "Stop the VO2max set when the power is gone: half a good set beats a whole bad one.",
    ),
    WorkoutType.ANAEROBIC: (
        "Recover fully between the short efforts, for their quality is all that counts.",
        "Warm up well before the short efforts, and go at each as if it were the only one.",
        "When the short efforts lose their snap, the day is done.",
    ),
    WorkoutType.MIXED: (
        "Ride the changes of pace smoothly, and settle quickly after each.",
        "In the mixed session look after position and gears as much as power.",
        "Let the surges come and go without chasing every watt.",
    ),
}
WATCH_LONG: Final = (
    "On the long ride start easier than you want to, and eat before you are hungry.",
    "Use the long ride to try out food, clothes and gears.",
    "Drink early on the long ride, not only when you are thirsty.",
    "If the long ride leaves you empty for days, it was too hard: keep it easy.",
    "Leave the long ride with a little left in the legs.",
    "Ride the first half of the long ride as if you had to ride it twice.",
)
WATCH_EASY: Final = (
    "Keep the easy rides easy: that is what lets you do the rest.",
    "Be patient, sleep well and let the work add up.",
    "Notice how the legs feel on the stairs in the morning: it is an honest guide.",
    "Consistency counts for more than any single day.",
)
WATCH_BIGGEST: Final = (
    "Sleep and eat for it, and keep the rest of your life as calm as you can.",
    "It is a lot of work, so take the rest days as seriously as the hard ones.",
)
LAST_BEFORE_RECOVERY: Final = (
    "A recovery week follows, so you can carry some fatigue into the weekend.",
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
    "Use the time you gain for sleep, and for looking over the bike.",
)
EVENT_WEEK: Final = (
    "Check bike, food and clothes early, and use nothing new on the day.",
    "Sleep well in the nights before the last one, which is often short.",
)
OPENINGS: Final[dict[Phase, Pool]] = {
    Phase.BASE: ("The base phase goes on", "The groundwork continues", "Base riding goes on", "The base grows"),
    Phase.BUILD: ("The build phase goes on", "The work gets more pointed", "Building continues", "The build goes on"),
    Phase.PEAK: ("The peak phase goes on", "The work stays close to its goal", "Sharper work continues"),
    Phase.RECOVERY: ("A lighter week", "Time to recover", "A week to absorb the work", "A recovery week"),
    Phase.TAPER: ("The taper goes on", "Volume comes down", "Freshening up"),
}

RIDE_PHRASES: Final = Phrases(
    aims=AIMS,
    else_for=WorkoutType.ENDURANCE,
    with_dose=WITH_DOSE,
    without_dose=WITHOUT_DOSE,
    long=LONG_RIDE,
    long_no_event=LONG_RIDE_NO_EVENT,
    longest=LONGEST_RIDE,
    late_work=LATE_WORK,
    laid_out={},
    light_long=LIGHT_LONG_RIDE,
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
