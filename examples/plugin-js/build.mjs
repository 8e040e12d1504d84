// `npm run build` runs this. Nothing of WASI is left in: the plugin needs no grant.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { componentize } from "@bytecodealliance/componentize-js";

const { component } = await componentize(await readFile("src/plugin.js", "utf8"), {
  witPath: "../../wit/v0",
  worldName: "validator-plugin",
  disableFeatures: ["stdio", "random", "clocks", "http", "fetch-event"],
});
await mkdir("dist", { recursive: true });
await writeFile("dist/open-ends.wasm", component);
