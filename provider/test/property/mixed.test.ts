import { limit, playMany } from "./sequences";

test(
  "people stay as declared through moves between resources, lost answers, crashes and Ctrl-C",
  async () => {
    await playMany({ people: "both", mishaps: true }, 700, __filename);
  },
  limit,
);
