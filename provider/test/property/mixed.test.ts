import { backends } from "./backends";
import { limit, playMany } from "./sequences";

test(
  "people stay as declared through moves between resources, lost answers, crashes and Ctrl-C",
  async () => {
    await playMany({ backend: backends.adminV2, people: "both", mishaps: true }, 700, __filename);
  },
  limit,
);
