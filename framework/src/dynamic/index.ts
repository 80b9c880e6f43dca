export { dynamicHost } from "./host";
export { settingsOf } from "./session";
