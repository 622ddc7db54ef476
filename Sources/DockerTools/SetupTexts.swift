// The words of the set-up prompts: the user guide's steps, short enough for a chat.

enum SetupTexts {
    static func cloud(address: String) -> String {
        """
        Help me to let docker-mcp-secure read the Docker engine of my cloud host \(address). Lead me through these steps one by one, and check each:

        1. On the host, in /etc/docker/daemon.json: {"hosts": ["tcp://0.0.0.0:2375", "unix:///var/run/docker.sock"]}
        2. On hosts with systemd, in /etc/systemd/system/docker.service.d/override.conf, so that hosts is not set twice:
           [Service]
           ExecStart=
           ExecStart=/usr/bin/dockerd
           Then: systemctl daemon-reload && systemctl restart docker && ss -tlnp | grep 2375
        3. Port 2375 gives root on the host to whoever reaches it: in the cloud's security group or firewall allow TCP 2375 from my own public IP/32 only, never 0.0.0.0/0. \
        A VPN or an SSH tunnel is better still.
        4. From my computer: curl http://\(address):2375/version
        5. In my assistant's MCP configuration, in the "env" of docker-mcp-secure: "DOCKER_HOST": "tcp://\(address):2375", "SECURITY_MODE": "readonly". Then restart the assistant.
        6. Ask docker_connection_status. connect_timeout means the firewall or a changed public IP; connection_refused means that Docker does not listen there.
        """
    }

    static let local = """
        Help me to let docker-mcp-secure read the Docker engine of this machine:

        1. Docker Desktop or the Docker service runs (docker ps works).
        2. In my assistant's MCP configuration, in the "env" of docker-mcp-secure: "ALLOW_LOCAL_DOCKER": "true", "SECURITY_MODE": "readonly". \
        When the socket is at an unusual path, also "DOCKER_SOCKET": "/path/to/docker.sock". Then restart the assistant.
        3. Ask docker_connection_status. socket_missing means that Docker does not run or its socket is elsewhere; permission_denied means that my user is not in the docker group.
        """

    static let dual = """
        Help me to read my local and my remote Docker engine in one answer (dual-source mode):

        1. Each works alone: the prompts setup-local-docker and setup-cloud-docker lead there.
        2. In my assistant's MCP configuration, in the "env" of docker-mcp-secure, both: "DOCKER_HOST": "tcp://YOUR_SERVER_IP:2375" and "ALLOW_LOCAL_DOCKER": "true". Then restart the assistant.
        3. docker_connection_status says mode dual, and each row of every answer names its source: local or remote. When one fails, the other still answers; \
        source narrows a question to one of them.
        """
}
