import { backends } from "./backends";
import { limit, playMany } from "./sequences";

test(
  "with connect, people stay as declared through moves between resources, lost answers, crashes and Ctrl-C",
  async () => {
    await playMany({ backend: backends.connect, people: "both", mishaps: true }, 200, __filename);
  },
  limit,
);
