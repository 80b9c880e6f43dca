/** The options of gRPC that the plugin needs as a server and as a client of the engine. */

/** Removes gRPC's limit of 4 MiB, because the engine sends a whole state in one message. */
export const anyLength = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };

/** Tests run many engines in one process. A later engine may have the same address, and needs its own connection. */
export const ownConnection = { "grpc.use_local_subchannel_pool": 1 };
