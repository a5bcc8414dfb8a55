select {snapshot}
