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

export const importer = {
  configure() {},
  /// Makes a policy of each line `title: text`.
  read(name, bytes) {
    let text;
    try {
      text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch {
      throw { code: "import", message: `\`${name}\` is not UTF-8` };
    }
    const lines = text.split("\n").map((line) => /^(.*?): (.*)$/.exec(line)).filter(Boolean);
    return lines.map(([, title, body]) => ({
      kind: "policy",
      title,
      fields: [["status", '"draft"']],
      body: `# ${title}\n\n${body}\n`,
    }));
  },
};
