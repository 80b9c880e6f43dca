import { formatDuration } from "./progress";

test("formats a duration in seconds, or in minutes and seconds from one minute", () => {
  expect(formatDuration(400)).toBe("0 s");
  expect(formatDuration(59_400)).toBe("59 s");
  expect(formatDuration(59_600)).toBe("1 min 0 s");
  expect(formatDuration(200_000)).toBe("3 min 20 s");
});
