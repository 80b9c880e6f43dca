import { inFormat } from "./report";

test("a message of several lines is one workflow command", () => {
  const remark = { severity: "mistake", file: "a\nb", message: "one\r\n::set-output name=x::50%" } as const;
  expect(inFormat("github", [remark], [])).toBe("::error file=a%0Ab::one%0A\\::set-output name=x::50%25\n");
});
