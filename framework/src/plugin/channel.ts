/** The options of gRPC that the plugin needs as a server and as a client of the engine. */

/** Removes gRPC's limit of 4 MiB, because the engine sends a whole state in one message. */
export const anyLength = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };

/**
 * The connection to the engine, which runs on this machine. By default, gRPC would use the proxy that `https_proxy` names. Tests run many
 * engines in one process. A later engine may have the same address, and needs its own connection.
 */
export const engineConnection = { "grpc.enable_http_proxy": 0, "grpc.use_local_subchannel_pool": 1 };
