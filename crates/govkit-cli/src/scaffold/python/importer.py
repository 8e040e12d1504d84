"""@ABOUT@

Imports stand at the top of the file: inside a function they would need files, and there are none.
"""

from componentize_py_types import Err
from wit_world import exports
from wit_world.exports.importer import Imported
from wit_world.imports.types import About, Error, Needs


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


class Importer(exports.Importer):
    """Makes a policy of each line `title: text`."""

    def configure(self, json: str) -> None:
        pass

    def read(self, name: str, bytes: bytes) -> list[Imported]:
        try:
            text = bytes.decode()
        except UnicodeDecodeError:
            raise Err(Error("import", f"`{name}` is not UTF-8"))
        made = []
        for line in text.splitlines():
            title, colon, body = line.partition(": ")
            if colon:
                fields = [("status", '"draft"')]
                made.append(Imported("policy", None, title, fields, f"# {title}\n\n{body}\n"))
        return made
