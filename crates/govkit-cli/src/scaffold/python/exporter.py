"""@ABOUT@

Imports stand at the top of the file: inside a function they would need files, and there are none.
"""

from wit_world import exports
from wit_world.imports import output
from wit_world.imports.types import About, Needs


class Describe(exports.Describe):
    def describe(self) -> About:
        return About(
            name="@NAME@",
            version="0.1.0",
            description="@ABOUT@",
            needs=Needs(0),
            fields=[],
            config_schema='{"type":"object","additionalProperties":false}',
            rules=[],
        )


class Exporter(exports.Exporter):
    def configure(self, json: str) -> None:
        pass

    def run(self, artifacts) -> None:
        lines = [f"- {artifact.id}: {artifact.title}\n" for artifact in artifacts]
        output.emit("index.md", "".join(lines).encode())
