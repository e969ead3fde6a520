"""One file a workload; its constant WORKLOAD is collected."""
