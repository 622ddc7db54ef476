// The picture that clients show beside the server's name.
import MCP

extension Product {
    /// Two containers under one lens, drawn for light and dark; part of the program, so that no client fetches anything.
    static let icon = Icon(source: "data:image/svg+xml,\(drawing)", mimeType: "image/svg+xml", sizes: ["any"])

    /// SVG, percent-encoded where a `data:` URL (RFC 2397) needs it.
    private static let drawing =
        "%3Csvg%20xmlns='http://www.w3.org/2000/svg'%20viewBox='0%200%2024%2024'%20fill='none'%20stroke='%232496ed'%20stroke-width='2'%3E"
        + "%3Crect%20x='2'%20y='4'%20width='8'%20height='6'%20rx='1'/%3E%3Crect%20x='2'%20y='13'%20width='8'%20height='6'%20rx='1'/%3E"
        + "%3Ccircle%20cx='16'%20cy='11'%20r='5'/%3E%3Cpath%20d='M19.5%2014.5%20L23%2018'/%3E%3C/svg%3E"
}
