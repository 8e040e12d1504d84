"""@ABOUT@

Imports stand at the top of the file: inside a function they would need files, and there are none.
"""

from wit_world import exports
from wit_world.imports.types import About, Finding, Location_Body, Needs, Rule, Severity, Span


class Describe(exports.Describe):
    def describe(self) -> About:
        return About(
            name="@NAME@",
            version="0.1.0",
            description="@ABOUT@",
            needs=Needs.BODY,
            fields=[],
            config_schema='{"type":"object","additionalProperties":false}',
            rules=[Rule("todo", "No TODO is left", Severity.WARNING, "Finish it, or take it out.\n")],
        )


class Validator(exports.Validator):
    def configure(self, json: str) -> None:
        pass

    def check_artifact(self, artifact, body: str) -> list[Finding]:
        # Offsets are in bytes of UTF-8; a Python string counts otherwise.
        text = body.encode()
        found = []
        at = text.find(b"TODO")
        while at >= 0:
            found.append(
                Finding(
                    rule="todo",
                    severity=Severity.WARNING,
                    message="this is not finished",
                    artifact=artifact.id,
                    location=Location_Body(Span(at, at + 4)),
                    help="finish it, or take it out",
                    fixes=[],
                    data=[],
                )
            )
            at = text.find(b"TODO", at + 4)
        return found

    def check_corpus(self, artifacts) -> list[Finding]:
        return []
