export { auditReport } from "./audit/report";
export { exportReport } from "./export/report";
export { graph } from "./graph/graph";
export { run } from "./program";
export { formatHtml as html } from "./report/html/html";
export { confirmation } from "./review/differences";
export { review } from "./review/review";
export { rulesFile } from "./rules/rule";
export { validation } from "./validation/report";
