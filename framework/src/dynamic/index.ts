export { dynamicHost, settingsOf } from "./host";
