import { spawnSync } from "node:child_process";
import { nightly, reportMissing } from "#framework/testing";

const { skip } = test;
const isThere = spawnSync("curl", ["--version"]).status === 0;

/** A test with `curl`, skipped on machines without it. */
export const withCurl: jest.It = isThere ? test : skip;
export const nightlyWithCurl = isThere ? nightly : skip;

if (!isThere) reportMissing("curl, for the pipelines of GitLab");
