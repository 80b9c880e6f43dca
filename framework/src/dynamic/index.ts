export { dynamicHost } from "./host";
export { readSettings } from "./session";
