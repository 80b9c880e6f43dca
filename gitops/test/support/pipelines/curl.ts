import { spawnSync } from "node:child_process";
import { nightly, testsWithTool } from "#testing";

const isThere = spawnSync("curl", ["--version"]).status === 0;

/** A test of pipelines, which call curl. */
export const withCurl: jest.It = testsWithTool("Install curl, for the pipelines.", isThere).test;
export const nightlyWithCurl = isThere ? nightly : withCurl;
