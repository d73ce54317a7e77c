"""dbt on open-source Spark, in one session of the dbt process: `type: sparksession`."""

from dbt.adapters.base.plugin import AdapterPlugin

from dbt.adapters.sparksession.connections import SparksessionConnectionManager
from dbt.adapters.sparksession.credentials import SparksessionCredentials
from dbt.adapters.sparksession.impl import SparksessionAdapter
from dbt.include import sparksession

Plugin = AdapterPlugin(
    adapter=SparksessionAdapter,  # type: ignore[arg-type]
    credentials=SparksessionCredentials,
    include_path=sparksession.PACKAGE_PATH,
    dependencies=["spark"],
)

__all__ = [
    "Plugin",
    "SparksessionAdapter",
    "SparksessionConnectionManager",
    "SparksessionCredentials",
]
