/// Offsets are in bytes of UTF-8; a JavaScript string counts otherwise.
const bytes = (text) => new TextEncoder().encode(text).length;

export const describe = {
  describe: () => ({
    name: "@NAME@",
    version: "0.1.0",
    description: "@ABOUT@",
    needs: { body: true },
    fields: [],
    configSchema: '{"type":"object","additionalProperties":false}',
    rules: [
      { id: "todo", summary: "No TODO is left", severity: "warning", page: "Finish it, or take it out.\n" },
    ],
  }),
};

export const validator = {
  configure() {},
  checkArtifact(artifact, body) {
    return [...body.matchAll(/TODO/g)].map(({ index }) => {
      const start = bytes(body.slice(0, index));
      return {
        rule: "todo",
        severity: "warning",
        message: "this is not finished",
        artifact: artifact.id,
        location: { tag: "body", val: { start, end: start + 4 } },
        help: "finish it, or take it out",
        fixes: [],
        data: [],
      };
    });
  },
  checkCorpus: () => [],
};
