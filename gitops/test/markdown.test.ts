import { formatMarkdown } from "../src/report/markdown/markdown";
import { createReport } from "../src/report/report";
import * as reviews from "./reviews";
import { expectGolden } from "./support/golden";

test.each(Object.entries(reviews))("the comment for the review `%s` is the golden one", (name, review) => {
  expectGolden(`reviews/${name}.md`, formatMarkdown(createReport(review)));
});
