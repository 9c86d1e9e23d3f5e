"""The institutions of diplomatic history as law: one `.law` file each, common to every world."""
