import { formatRemarks, type Remark } from "./report";

test("a message of several lines is one workflow command", () => {
  const remark = { severity: "mistake", file: "a\nb", message: "one\r\n::set-output name=x::50%" } as const;
  expect(formatRemarks("github", [remark], [])).toBe("::error file=a%0Ab::one%0A\\::set-output name=x::50%25\n");
});

describe("of thousands of mistakes and warnings", () => {
  const many = (severity: Remark["severity"], count: number): readonly Remark[] =>
    Array.from({ length: count }, (_, index) => ({ severity, file: "a.yaml", line: index + 1, message: "no" }));
  const remarks = [...many("warning", 50), ...many("mistake", 60_001)];

  test.each(["text", "github"] as const)("%s has a hundred mistakes and the number of the others", (format) => {
    const lines = formatRemarks(format, remarks, []).trimEnd().split("\n");
    expect(lines).toHaveLength(101);
    expect(lines.filter((line) => line.includes("warning"))).toEqual([]);
    expect(lines.at(-1)).toBe("and 59,951 more");
  });

  test("JSON and reports for GitLab have all", () => {
    expect(JSON.parse(formatRemarks("json", remarks, []))).toHaveProperty("mistakes.length", 60_001);
    expect(JSON.parse(formatRemarks("gitlab", remarks, []))).toHaveLength(60_051);
  });

  test("prints a hundred mistakes completely", () => {
    expect(formatRemarks("text", many("mistake", 100), []).trimEnd().split("\n")).toHaveLength(100);
  });
});
