//go:build !linux

package storage

import "time"

func processorTime() time.Duration { return 0 }
