"""Writes the golden plans anew; review the difference before keeping it.

python -m plan_pipeline_tests.golden.regenerate
"""

from __future__ import annotations

from plan_pipeline_tests.golden.plans import ARMS, REQUESTS, path_of, rendered


def main() -> None:
    for name in REQUESTS:
        for arm in ARMS:
            path_of(name, arm).write_text(rendered(name, arm), encoding="utf-8")
            print(path_of(name, arm))


if __name__ == "__main__":
    main()
