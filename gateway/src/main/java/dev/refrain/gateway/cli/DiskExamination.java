package dev.refrain.gateway.cli;

import dev.refrain.gateway.settings.Data;
import dev.refrain.sqlite.SqliteStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks at the place where answers outlast the process, and changes nothing there. */
final class DiskExamination {
  /*
   * The files themselves are not opened as databases: whoever does that may leave files of his own
   * beside them, which the user under whom the gateway runs could not write.
   */

  private static final String SUBJECT = "data";
  private static final long SPACE_BAD = 64L << 20;
  private static final long LOG_BYTES_DOUBT = 256L << 20; // four times what it grows to by itself
  private static final Duration FUTURE_DOUBT = Duration.ofMinutes(5);
  private static final byte[] MAGIC = {
    'S', 'Q', 'L', 'i', 't', 'e', ' ', 'f', 'o', 'r', 'm', 'a', 't', ' ', '3', 0
  };
  private static final List<String> FILES = List.of("answers.db", "state.db");
  private static final Set<String> REMOTE =
      Set.of("nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "9p", "afs", "ceph", "lustre");
  private static final Map<String, String> FLEETING =
      Map.of(
          "tmpfs", "lies in memory: it is gone when the machine starts again",
          "ramfs", "lies in memory: it is gone when the machine starts again",
          "overlay", "is of a container: it goes with it, unless it is a volume");

  private final Data data;
  private final InstantSource clock;
  private final Findings findings = new Findings(SUBJECT);

  private DiskExamination(Data data, InstantSource clock) {
    this.data = data;
    this.clock = clock;
  }

  /** Takes whether a gateway runs with these settings. */
  static List<Finding> of(Data data, boolean runs, InstantSource clock) {
    var directory = data.directory();
    if (directory == null) {
      return List.of(Finding.good(SUBJECT, "nothing on disk: a restart forgets all answers"));
    }
    var examination = new DiskExamination(data, clock);
    try {
      examination.look(directory, runs);
    } catch (IOException e) {
      examination.findings.bad(
          directory + ": " + e.getMessage(), "Look at the disk, and who may read it.");
    }
    return examination.findings.all();
  }

  private void look(Path directory, boolean runs) throws IOException {
    if (Files.notExists(directory)) {
      var parent = existing(directory);
      if (Files.isDirectory(parent) && Files.isWritable(parent)) {
        findings.good(directory + " is made at the first start");
        room(parent, 0);
        kind(parent);
      } else {
        findings.bad(directory + " cannot be made", "Make it, or name another: data: DIR.");
      }
      return;
    }
    if (!Files.isDirectory(directory)) {
      findings.bad(directory + " is no directory", "Name another: data: DIR.");
      return;
    }
    if (!canWrite(directory)) {
      findings.bad(
          directory + " cannot be written by " + user(),
          "Give that user the right to, mount it for writing, or name another: data: DIR.");
      return;
    }
    findings.good(directory + " can be written");
    room(directory, taken(directory));
    kind(directory);
    owner(directory, runs);
    files(directory);
  }

  /** Returns the folder that is there of all in which this one shall lie. */
  private static Path existing(Path directory) {
    var folder = directory.toAbsolutePath();
    while (Files.notExists(folder) && folder.getParent() != null) {
      folder = Objects.requireNonNull(folder.getParent());
    }
    return folder;
  }

  /** What the rights say is not all: a file system may be full, or mounted for reading only. */
  private static boolean canWrite(Path directory) {
    try {
      Files.delete(Files.createTempFile(directory, ".doctor", ""));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static String user() {
    return System.getProperty("user.name", "this user");
  }

  private static long taken(Path directory) throws IOException {
    long bytes = 0;
    for (var name : FILES) {
      for (var file : List.of(directory.resolve(name), directory.resolve(name + "-wal"))) {
        bytes += Files.exists(file) ? Files.size(file) : 0;
      }
    }
    return bytes;
  }

  private void room(Path directory, long taken) throws IOException {
    long free = Files.getFileStore(directory).getUsableSpace();
    var said =
        "%s is free, and %s of %s are taken"
            .formatted(Wording.bytes(free), Wording.bytes(taken), Wording.bytes(data.bytesMax()));
    if (free < SPACE_BAD) {
      findings.add(Finding.bad("disk", said, "Make room: nothing new can be kept."));
    } else if (free < data.bytesMax() - taken) {
      findings.add(
          Finding.doubtful(
              "disk", said, "Make room, or lower the bound (data-size): the disk is full first."));
    } else {
      findings.add(Finding.good("disk", said));
    }
  }

  private void kind(Path directory) throws IOException {
    var type = Files.getFileStore(directory).type().toLowerCase(Locale.ROOT);
    var fleeting = FLEETING.get(type);
    if (REMOTE.contains(type) || type.startsWith("fuse.")) {
      findings.doubtful(
          "it lies on a file system of type " + type + ", on which locks may not hold",
          "Choose a local disk; what several machines are to share is for Redis (REDIS_URL).");
    } else if (fleeting != null) {
      findings.doubtful("it " + fleeting, "Choose a disk that stays, if answers are to.");
    }
  }

  private void owner(Path directory, boolean runs) throws IOException {
    @Nullable String owner = SqliteStore.owner(directory);
    if (owner != null && !runs) {
      findings.doubtful(
          "process " + owner + " has it, though no gateway answers",
          "A second gateway would keep its answers in memory alone: give each a directory.");
    } else if (owner != null) {
      findings.good("process " + owner + " has it");
    } else if (runs) {
      findings.doubtful(
          "the gateway that runs does not have it",
          "Its first lines, or its log, say why; or it was started with other settings.");
    }
    var other = Files.getOwner(directory).getName();
    if (!other.equals(user())) {
      findings.doubtful(
          "it belongs to " + other + ", and this is " + user(),
          "Run the gateway as " + other + ", or give the directory to who runs it.");
    }
    if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")
        && Files.getPosixFilePermissions(directory).contains(PosixFilePermission.OTHERS_READ)) {
      findings.doubtful("everybody on this machine can look into it", "chmod 700 " + directory);
    }
  }

  private void files(Path directory) throws IOException {
    for (var name : FILES) {
      var file = directory.resolve(name);
      if (Files.exists(file) && Files.size(file) > 0) {
        if (!isDatabase(file)) {
          findings.bad(
              file + " is damaged, or no file of ours", "The next start puts it aside by itself.");
        }
        long ahead = Files.getLastModifiedTime(file).toMillis() - clock.millis();
        if (ahead > FUTURE_DOUBT.toMillis()) {
          findings.add(
              Finding.doubtful(
                  "clock",
                  file + " was written in the future",
                  "Set the clock of this machine, best by NTP: answers age by it."));
        }
      }
      var log = directory.resolve(name + "-wal");
      if (Files.exists(log) && Files.size(log) > LOG_BYTES_DOUBT) {
        findings.doubtful(
            "the log %s has grown to %s".formatted(log, Wording.bytes(Files.size(log))),
            "The disk is too slow, or another program reads the file: end that, then restart.");
      }
    }
    try (var aside = Files.newDirectoryStream(directory, "*.aside-*")) {
      for (var file : aside) {
        findings.doubtful(
            file.getFileName() + " was put aside, since it could not be read",
            "If that goes on, look at the disk; else delete it.");
      }
    }
  }

  private static boolean isDatabase(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return Arrays.equals(in.readNBytes(MAGIC.length), MAGIC);
    }
  }
}
