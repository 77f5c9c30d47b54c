"""Standard plans on disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from plan_pipeline.core.standard_plans.plans import STANDARD_PLANS
from plan_pipeline.storage.data_folder import DataFolder, UnsafePathError
from plan_pipeline.storage.standard_plans import StandardPlanStore, StoredStandardPlan
from plan_pipeline_tests.golden.standard import made

STANDARD = STANDARD_PLANS[-1]


def test_what_is_stored_is_read_back(tmp_path: Path) -> None:
    store = StandardPlanStore(DataFolder(tmp_path))
    stored = StoredStandardPlan(made(STANDARD), "a page\n")

    assert (store.has(STANDARD.plan_id), store.load(STANDARD.plan_id)) == (False, None)
    store.save(STANDARD.plan_id, stored)

    assert store.has(STANDARD.plan_id)
    assert store.load(STANDARD.plan_id) == stored


@pytest.mark.parametrize("name", ["../x", "..", "a/b", "", "a\0b"])
def test_an_id_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    store = StandardPlanStore(DataFolder(tmp_path / "data"))
    with pytest.raises(UnsafePathError):
        store.load(name)
    with pytest.raises(UnsafePathError):
        store.save(name, StoredStandardPlan(made(STANDARD), ""))
    assert list(tmp_path.iterdir()) == []


def test_a_link_in_place_of_a_plan_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "standard_plans").mkdir()
    (tmp_path / "standard_plans" / STANDARD.plan_id).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UnsafePathError, match="is a link"):
        StandardPlanStore(DataFolder(tmp_path)).save(STANDARD.plan_id, StoredStandardPlan(made(STANDARD), ""))
    assert list((tmp_path / "elsewhere").iterdir()) == []
