internal import CZlib

/// Unpacks gzip (RFC 1952), several members in a row too: what `cat a.gz b.gz` gives.
///
/// The only file of this room that handles memory by hand: zlib works on buffers it is lent, and
/// its state must stay where it was made.
@safe final class GzipReader {
  /// The first bytes of every member.
  static let magic: [UInt8] = [0x1f, 0x8b]

  private let name: String
  private let stream: UnsafeMutablePointer<z_stream>
  private var input: [UInt8]
  private var consumed = 0
  /// Whether the last member is complete, so that the input may end here.
  private var isBetweenMembers = false

  /// - Parameters:
  ///   - name: What to call the input in messages.
  ///   - beginning: Its first bytes.
  /// - Throws: `InputError` when zlib has no memory.
  init(name: String, beginning: [UInt8]) throws(InputError) {
    self.name = name
    input = beginning
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: unsafe z_stream())
    // 15 bits of window, 16 for a gzip header
    let size = Int32(unsafe MemoryLayout<z_stream>.size)
    guard unsafe inflateInit2_(stream, 15 + 16, ZLIB_VERSION, size) == Z_OK else {
      throw InputError("\(name): gzip data cannot be unpacked")
    }
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// The next unpacked bytes; nil at the end.
  ///
  /// - Parameter refill: Gives more packed bytes; nil at the end.
  /// - Returns: At most `RawReader.chunkSize` bytes, never none.
  /// - Throws: `InputError`, and what `refill` throws.
  func next(_ refill: () throws -> [UInt8]?) throws -> [UInt8]? {
    while true {
      if consumed == input.count {
        guard let more = try refill() else {
          if isBetweenMembers { return nil }
          throw InputError("\(name): the gzip data end too early; is the file complete?")
        }
        input = more
        consumed = 0
      }
      if isBetweenMembers, !startMember() { continue }
      let unpacked = try inflate()
      if !unpacked.isEmpty { return unpacked }
    }
  }

  /// Skips zero bytes, which tapes leave behind; true when another member begins.
  private func startMember() -> Bool {
    while consumed < input.count, input[consumed] == 0 { consumed += 1 }
    guard consumed < input.count else { return false }
    isBetweenMembers = false
    return unsafe inflateReset(stream) == Z_OK
  }

  /// Unpacks until the input is used up or the output is full.
  private func inflate() throws(InputError) -> [UInt8] {
    let capacity = RawReader.chunkSize
    var status = Z_OK
    let unpacked = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { output, count in
      unsafe input.withUnsafeMutableBufferPointer { packed in
        unsafe stream.pointee.next_in = packed.baseAddress?.advanced(by: consumed)
        unsafe stream.pointee.avail_in = UInt32(packed.count - consumed)
        unsafe stream.pointee.next_out = output.baseAddress
        unsafe stream.pointee.avail_out = UInt32(capacity)
        status = unsafe CZlib.inflate(stream, Z_NO_FLUSH)
        consumed = unsafe packed.count - Int(stream.pointee.avail_in)
        count = unsafe capacity - Int(stream.pointee.avail_out)
      }
    }
    switch status {
    case Z_STREAM_END: isBetweenMembers = true
    case Z_OK, Z_BUF_ERROR: break
    default: throw InputError("\(name): the gzip data are damaged")
    }
    return unpacked
  }
}
