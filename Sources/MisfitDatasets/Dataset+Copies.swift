import MisfitCore

extension Dataset {
  /// Downloads the missing files to a folder, which is created if it does not exist.
  ///
  /// Files with the right checksum are kept, and an interrupted download is resumed. `progress` is called
  /// with the file and the number of its bytes that are present.
  ///
  /// - Throws: ``DatasetError``; files completed before it are kept.
  package func download(
    to folder: String, from mirrors: [String]? = nil, progress: (DatasetFile, Int) -> Void = { _, _ in }
  ) throws(DatasetError) -> [DatasetCopy] {
    try Self.makeFolder(folder)
    var copies: [DatasetCopy] = []
    for file in files {
      let download = Download(file, to: folder, from: mirrors ?? self.mirrors)
      copies.append(try download.run { progress(file, $0) })
    }
    return copies
  }

  /// Copies the files from the folder of the package to another, under the same names.
  ///
  /// Files with the right checksum are kept.
  ///
  /// - Throws: ``DatasetError``.
  package func copyPackage(to folder: String) throws(DatasetError) -> [DatasetCopy] {
    let package = try installedPackage()
    try Self.makeFolder(folder)
    var copies: [DatasetCopy] = []
    for file in files { copies.append(try file.copy(from: package, to: folder)) }
    return copies
  }

  /// Returns the package if all of the files are in its folder.
  ///
  /// - Throws: ``DatasetError`` with ``DatasetError/Kind/packageMissing(name:mirror:)`` if a file is missing.
  /// - Precondition: there is a package.
  @discardableResult
  package func installedPackage() throws(DatasetError) -> Package {
    guard let package else { preconditionFailure("\(name) is in no package") }
    for file in files where FileSystem.status(of: file.path(in: package.folder))?.isRegular != true {
      throw DatasetError(
        .packageMissing(name: package.name, mirror: mirrors.first), at: file.path(in: package.folder))
    }
    return package
  }

  private static func makeFolder(_ folder: String) throws(DatasetError) {
    try DatasetError.wrapping { () throws(FileError) in try FileSystem.makeDirectory(folder) }
  }
}

extension DatasetFile {
  /// Returns the checksum of the right file in a folder; nil if there is none.
  ///
  /// - Throws: ``DatasetError`` with ``DatasetError/Kind/occupied(expected:found:)`` if another file has its
  ///   name.
  func digestOfCopy(in folder: String) throws(DatasetError) -> SHA256.Digest? {
    let path = path(in: folder)
    guard FileSystem.status(of: path) != nil else { return nil }
    let digest = try DatasetError.wrapping { () throws(FileError) in try SHA256.digest(ofFileAt: path) }
    guard accepts(digest) else {
      throw DatasetError(.occupied(expected: editions[0].digest, found: digest), at: path)
    }
    return digest
  }

  /// Copies the file from the package's folder and checks it.
  fileprivate func copy(from package: Dataset.Package, to folder: String) throws(DatasetError) -> DatasetCopy
  {
    let destination = path(in: folder)
    if let digest = try digestOfCopy(in: folder) {
      return DatasetCopy(path: destination, digest: digest, origin: .present)
    }
    let (output, digest) = try DatasetError.wrapping { () throws(FileError) in
      let input = try ByteFile.reading(path(in: package.folder))
      let output = try OutputFile(destination)
      return (output, try Self.copy(input, to: output))
    }
    guard accepts(digest) else {
      throw DatasetError(.packageAltered(name: package.name, found: digest), at: path(in: package.folder))
    }
    try DatasetError.wrapping { () throws(FileError) in try output.commit() }
    return DatasetCopy(path: destination, digest: digest, origin: .copied)
  }

  private static func copy(_ input: ByteFile, to output: OutputFile) throws(FileError) -> SHA256.Digest {
    var checksum = SHA256()
    var bytes: [UInt8] = []
    while try input.read(upTo: 1 << 18, appendingTo: &bytes) > 0 {
      checksum.update(bytes.span)
      try output.write(bytes)
      bytes.removeAll(keepingCapacity: true)
    }
    return checksum.digest
  }
}
