import { spawnSync } from "node:child_process";
import { nightly } from "#framework/testing";

const { skip } = test;
const isThere = spawnSync("curl", ["--version"]).status === 0;

/** A test with `curl`, skipped on machines without it. */
export const withCurl: jest.It = isThere ? test : skip;
export const nightlyWithCurl = isThere ? nightly : skip;

if (!isThere)
  process.stderr.write("Tests of the pipelines of GitLab are skipped: they call curl, which is not here.\n");
