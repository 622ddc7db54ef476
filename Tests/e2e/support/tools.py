"""The tools, in the order in which they are listed, and a call of each that answers from both engines."""

CALLS = {
    "docker_list_containers": {},
    "docker_inspect": {"container_id": "web"},
    "docker_logs": {"container_id": "web"},
    "docker_stats": {"container_id": "web"},
    "docker_list_images": {},
    "docker_image_info": {"image_id": "busybox:test"},
    "docker_connection_status": {},
    "docker_problems": {},
    "docker_compare": {},
    "docker_events": {"since": "1d", "limit": 10_000},
    "docker_find": {"query": "busybox"},
    "docker_top": {"container_id": "web"},
    "docker_disk_usage": {},
    "docker_networks": {},
    "docker_volumes": {},
    "docker_services": {},
}
TOOLS = list(CALLS)
# The seven of the user guide come first.
CORE = TOOLS[:7]
