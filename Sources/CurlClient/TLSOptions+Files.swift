// A look at the TLS files without a transfer: for people who look for the fault.

extension TLSOptions {
    /// Reads and checks the files now, as a transfer would. Throws the first that is no good.
    /// Returns the last moment of our certificate, in seconds since 1970; nil when there is none, or it can't be told.
    public func checkFiles() throws(TLSFileError) -> Int64? {
        try TLSMaterial(self).notAfter
    }
}
