internal import Foundation

/// What a path leads to, as the system sees it: every link followed before a `..` behind it.
struct FileStatus {
  /// What it is.
  enum Kind {
    case regular, directory, other
  }

  private let status: stat

  /// What a path leads to; nil where nothing is there.
  init?(path: String) {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    self.status = status
  }

  /// What is open under a number; nil where nothing is.
  init?(descriptor: Int32) {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { return nil }
    self.status = status
  }

  var kind: Kind {
    switch status.st_mode & S_IFMT {
    case S_IFREG: .regular
    case S_IFDIR: .directory
    default: .other
    }
  }

  /// Whether both are one file, whatever they are called.
  func isFile(_ other: FileStatus) -> Bool {
    status.st_dev == other.status.st_dev && status.st_ino == other.status.st_ino
  }
}
