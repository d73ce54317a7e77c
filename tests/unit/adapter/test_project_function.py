import pytest
from dbt_common.exceptions import DbtRuntimeError

from dbt.adapters.sparksession.project_function import call_project_function


def test_a_function_of_the_environment_is_called() -> None:
    assert call_project_function("json:dumps", {"a": 1}, sort_keys=True) == '{"a": 1}'


def test_a_value_error_is_told_by_its_message_alone() -> None:
    with pytest.raises(DbtRuntimeError) as caught:
        call_project_function("json:loads", "{")
    assert caught.value.msg.startswith("Expecting property name")


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("json.loads", "wants 'package.module:function'"),
        ("json:_default_decoder", "wants 'package.module:function'"),
        ("../evil:f", "wants 'package.module:function'"),
        ("no_such_package:f", "No module named 'no_such_package'"),
        ("json:nothing", "no such function in json"),
    ],
)
def test_what_cannot_be_called_is_named(target: str, message: str) -> None:
    with pytest.raises(DbtRuntimeError, match=message.replace("(", r"\(")):
        call_project_function(target)


def test_other_exceptions_stay_what_they_are() -> None:
    with pytest.raises(TypeError):
        call_project_function("json:loads", 1)
