"""`dbt clone`."""

from __future__ import annotations

from dbt.tests.adapter.dbt_clone.test_dbt_clone import (
    BaseClonePossible,
    BaseCloneSameTargetAndState,
)
from dbt.tests.util import run_dbt_and_capture


class WithoutSnapshot:
    """The package's projects hold a snapshot, which Parquet cannot."""

    def run_and_save_state(self, project_root, with_snapshot=False):
        super().run_and_save_state(project_root)


class TestCloneNoState(WithoutSnapshot, BaseClonePossible):
    test_can_clone_true = None


class TestCloneSameTargetAndState(BaseCloneSameTargetAndState):
    def test_clone_same_target_and_state(self, project, unique_schema, other_schema):
        project.create_test_schema(other_schema)
        self.run_and_save_state(project.project_root)
        results, said = run_dbt_and_capture(["clone", "--defer", "--state", "target"])
        assert "The state and target directories are the same: 'target'" in said
        assert {result.message for result in results} == {"No-op"}
