"""What a model logs is said in dbt's log, from any of its threads, while it runs."""

import contextvars
import logging
import threading
from types import SimpleNamespace

from dbt.adapters.sparksession import model_log

NODE = contextvars.ContextVar("node", default="none")


def test_a_model_is_heard_while_it_runs(monkeypatch):
    said = []
    dbt_logger = SimpleNamespace(info=lambda text: said.append((NODE.get(), text)))
    monkeypatch.setattr(model_log, "logger", dbt_logger)
    own, other = logging.getLogger("dbt_model.mine"), logging.getLogger("dbt_model.other")
    own.info("before")
    NODE.set("mine")
    with model_log.heard("dbt_model.mine"):
        own.debug("in detail")
        other.warning("of another")
        own.getChild("part").info("%d/%d sets", 1, 2)
        thread = threading.Thread(target=own.info, args=("from a thread",))
        thread.start()
        thread.join()
    own.info("after")
    assert said == [("mine", "1/2 sets"), ("mine", "from a thread")]
