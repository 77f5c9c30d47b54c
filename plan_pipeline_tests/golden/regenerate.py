"""Writes the golden plans anew; review the difference before keeping it.

python -m plan_pipeline_tests.golden.regenerate
"""

from __future__ import annotations

from plan_pipeline.core.standard_plans.plans import STANDARD_PLANS
from plan_pipeline_tests.golden import runs, standard
from plan_pipeline_tests.golden.plans import ARMS, REQUESTS, path_of, rendered


def main() -> None:
    for name in REQUESTS:
        for arm in ARMS:
            path_of(name, arm).write_text(rendered(name, arm), encoding="utf-8")
            print(path_of(name, arm))
    for name in runs.REQUESTS:
        runs.path_of(name).parent.mkdir(parents=True, exist_ok=True)
        runs.path_of(name).write_text(runs.rendered(name), encoding="utf-8")
        print(runs.path_of(name))
    for plan in STANDARD_PLANS:
        path = standard.path_of(plan)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(standard.rendered(plan), encoding="utf-8")
        print(path)


if __name__ == "__main__":
    main()
