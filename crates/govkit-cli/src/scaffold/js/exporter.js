import { emit } from "govkit:plugin/output@0.1.0";

export const describe = {
  describe: () => ({
    name: "@NAME@",
    version: "0.1.0",
    description: "@ABOUT@",
    needs: {},
    fields: [],
    configSchema: '{"type":"object","additionalProperties":false}',
    rules: [],
  }),
};

export const exporter = {
  configure() {},
  run(artifacts) {
    const lines = artifacts.map(({ id, title }) => `- ${id}: ${title}\n`);
    emit("index.md", new TextEncoder().encode(lines.join("")));
  },
};
