package dev.refrain.bench.trouble;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** What can go wrong with Redis. */
enum Trouble {
  NONE("none"),

  BLACK_HOLED("answers nothing, connections stay open") {
    @Override
    void begin(Scene scene) {
      scene.proxy.treat((reply, out) -> {});
    }

    @Override
    void end(Scene scene) {
      scene.proxy.treat(RedisProxy::pass);
    }
  },

  RESET("cuts all connections, and new ones at once") {
    @Override
    void begin(Scene scene) throws IOException {
      scene.proxy.refuse(true);
    }

    @Override
    void end(Scene scene) throws IOException {
      scene.proxy.refuse(false);
    }
  },

  SLOW("each reply is 5 s late") {
    @Override
    void begin(Scene scene) {
      scene.proxy.treat((reply, out) -> {
        LockSupport.parkNanos(LATE.toNanos());
        out.write(reply);
      });
    }

    @Override
    void end(Scene scene) {
      scene.proxy.treat(RedisProxy::pass);
    }
  },

  READ_ONLY("takes no writes") {
    @Override
    void begin(Scene scene) throws IOException {
      scene.ask("REPLICAOF 127.0.0.1 1");
    }

    @Override
    void end(Scene scene) throws IOException {
      scene.ask("REPLICAOF NO ONE");
    }
  },

  OUT_OF_MEMORY("has no memory") {
    @Override
    void begin(Scene scene) throws IOException {
      scene.ask("CONFIG SET maxmemory 1");
    }

    @Override
    void end(Scene scene) throws IOException {
      scene.ask("CONFIG SET maxmemory 0");
    }
  },

  LOADING("says that it is loading") {
    @Override
    void begin(Scene scene) {
      var error = "-LOADING Redis is loading the dataset in memory\r\n".getBytes(US_ASCII);
      scene.proxy.treat((reply, out) -> out.write(error));
    }

    @Override
    void end(Scene scene) {
      scene.proxy.treat(RedisProxy::pass);
    }
  },

  FAILED_OVER("is killed, and its replica is promoted") {
    @Override
    void begin(Scene scene) throws IOException {
      scene.proxy.leadTo(scene.replica); // which takes no writes yet
      scene.send("SHUTDOWN NOSAVE");
    }

    @Override
    void end(Scene scene) throws IOException {
      scene.server = scene.replica;
      scene.ask("REPLICAOF NO ONE");
    }
  };

  private static final Duration LATE = Duration.ofSeconds(5);
  private final String description;

  /** Where it goes wrong. */
  static final class Scene {
    private static final int TIMEOUT_MILLIS = 5_000;

    private final RedisProxy proxy;
    private final int replica;
    private int server;

    Scene(RedisProxy proxy, int server, int replica) {
      this.proxy = proxy;
      this.server = server;
      this.replica = replica;
    }

    RedisProxy proxy() {
      return proxy;
    }

    /** Returns how many keys there are. */
    long keys() throws IOException {
      return Long.parseLong(ask("DBSIZE").strip().substring(1));
    }

    /** Asks the server something past the proxy. */
    private String ask(String words) throws IOException {
      try (var socket = new Socket(InetAddress.getLoopbackAddress(), server)) {
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.getOutputStream().write((words + "\r\n").getBytes(US_ASCII));
        var said = RedisProxy.reply(new BufferedInputStream(socket.getInputStream()));
        var text = new String(said, US_ASCII);
        if (text.startsWith("-")) {
          throw new IOException(words + ": " + text);
        }
        return text;
      }
    }

    private void send(String words) throws IOException {
      try (var socket = new Socket(InetAddress.getLoopbackAddress(), server)) {
        socket.getOutputStream().write((words + "\r\n").getBytes(US_ASCII));
        socket.getInputStream().readAllBytes(); // until it is gone
      }
    }
  }

  Trouble(String description) {
    this.description = description;
  }

  String description() {
    return description;
  }

  void begin(Scene scene) throws IOException {}

  void end(Scene scene) throws IOException {}
}
