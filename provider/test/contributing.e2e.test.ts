import { testWalk } from "./support/walk";

testWalk("CONTRIBUTING.md");
