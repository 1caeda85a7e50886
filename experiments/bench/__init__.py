"""Speed and memory as ratios: ours and a rival's on the same work, measured in one run."""
