"""The local AWS: MiniStack with a layer that is as strict as AWS where guard's chain depends on it."""
