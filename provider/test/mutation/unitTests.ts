import { runTests } from "./runTests";

runTests("framework/src");
runTests("framework/src/operations");
runTests("provider/src");
runTests("provider/src/roster");
runTests("provider/src/types");
runTests("provider/test/roster");
