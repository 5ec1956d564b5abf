import MisfitCore

extension DatasetError: DiagnosableError {
  /// The problem and its remedy.
  package var diagnosis: Diagnosis {
    if case .file(let error) = kind { return error.diagnosis }
    return Diagnosis(problemText, at: position, remedy: remedyText)
  }

  private var problemText: MessageText {
    switch kind {
    case .packageMissing(let name, _): "the files of the package \(name) are not here"
    case .noDownloader: "cannot be downloaded without the program `curl`, which is not on PATH"
    case .refused(404): "the server has no such file (404)"
    case .refused(let status?): "the server refuses it with status \(status)"
    case .refused(nil): "the server refuses it"
    case .unreachable: "the server cannot be reached"
    case .cut(let count, let expected):
      "the connection was lost after \(NumberText.grouped(count)) of \(NumberText.grouped(expected)) bytes"
    case .tooLong(let limit):
      "the server sends more than the \(NumberText.grouped(limit)) bytes that the file has"
    case .notResumable: "the server cannot go on with a broken download"
    case .untrusted: "the secure connection cannot be trusted"
    case .unusableAddress: "is no address to download from"
    case .wrongChecksum(let expected, let found):
      "is not the published file: SHA-256 expected \(expected), found \(found)"
    case .packageAltered(let name, let found):
      "is not the file that the package \(name) is known to have: SHA-256 \(found)"
    case .occupied(let expected, let found):
      "another file stands here already: SHA-256 expected \(expected), found \(found)"
    case .unwritable: "what came cannot be written; the disk is probably full"
    case .stopped(let signal): "the download was ended by signal \(signal)"
    case .downloader(let status, let message): "curl failed with status \(status): \(message)"
    case .file(let error): error.diagnosis.problem
    }
  }

  private var remedyText: MessageText? {
    let resume: MessageText = "run the same command again; it continues where it was"
    return switch kind {
    case .packageMissing(let name, let mirror): Self.installation(of: name, mirror)
    case .noDownloader:
      "install it (`apt-get install curl`), or download the file in another way into the same folder"
    case .refused: "try another mirror: \(.mirror, "URL")"
    case .unreachable: "check the network, or try another mirror: \(.mirror, "URL"); what came so far is kept"
    case .cut, .stopped: resume
    case .notResumable: "remove the file that ends in .part, or try another mirror: \(.mirror, "URL")"
    case .untrusted:
      """
      check the clock and the certificates (`apt-get install ca-certificates`), or try another mirror: \
      \(.mirror, "URL")
      """
    case .unusableAddress: "write it as https://host/folder/"
    case .wrongChecksum, .tooLong: "what came is removed; try again, or another mirror: \(.mirror, "URL")"
    case .packageAltered(let name, _): "install it again: apt-get install --reinstall \(name)"
    case .occupied: "remove it, or name another folder: it is not overwritten"
    case .unwritable: "free some space, then \(resume)"
    case .downloader, .file: nil
    }
  }

  private static func installation(of package: String, _ mirror: String?) -> MessageText {
    let install: MessageText = "apt-get install \(package)"
    guard let mirror else { return install }
    return "\(install)\n  or, without that package: \(.download) \(.mirror, mirror)"
  }
}
