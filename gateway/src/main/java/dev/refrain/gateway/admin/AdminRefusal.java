package dev.refrain.gateway.admin;

/** What the operator wants cannot be done; the reply says why. */
public final class AdminRefusal extends Exception {
  private static final long serialVersionUID = 1L;
  private static final int BAD_REQUEST = 400;
  private static final int NOT_FOUND = 404;

  private final transient AdminReply reply;

  public AdminRefusal(AdminReply reply) {
    super(Integer.toString(reply.status()), null, false, false);
    this.reply = reply;
  }

  /** What was asked makes no sense. */
  public static AdminRefusal badRequest(String message) {
    return new AdminRefusal(AdminReply.error(BAD_REQUEST, "bad_request", message));
  }

  /** What was asked for is not there. */
  public static AdminRefusal notFound(String message) {
    return new AdminRefusal(AdminReply.error(NOT_FOUND, "not_found", message));
  }

  /** Returns what to answer. */
  public AdminReply reply() {
    return reply;
  }
}
