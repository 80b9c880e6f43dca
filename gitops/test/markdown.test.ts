import { markdown } from "../src/report/markdown";
import { expectGolden } from "./golden";
import * as reviews from "./reviews";

test.each(Object.entries(reviews))("the comment for %s is the golden one", (name, review) => {
  expectGolden(`${name}.md`, markdown(review));
});
