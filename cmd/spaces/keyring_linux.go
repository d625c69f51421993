package main

import (
	"os"
	"path/filepath"
	"slices"

	"github.com/godbus/dbus/v5"
)

// noKeyring says why there is no keyring, "" when there is one: a Secret Service that runs, or that the bus can start. Without
// a bus none is asked for, because the library would start one.
func noKeyring(getenv func(string) string) string {
	const none = "This machine has no Secret Service (GNOME Keyring, KWallet): the system keeps no secrets here."
	if getenv("DBUS_SESSION_BUS_ADDRESS") == "" {
		if _, err := os.Stat(filepath.Join(getenv("XDG_RUNTIME_DIR"), "bus")); err != nil {
			return none
		}
	}
	bus, err := dbus.ConnectSessionBus()
	if err != nil {
		return none
	}
	defer bus.Close()
	for _, ask := range []string{"ListNames", "ListActivatableNames"} {
		var names []string
		if bus.BusObject().Call("org.freedesktop.DBus."+ask, 0).Store(&names) == nil && slices.Contains(names, "org.freedesktop.secrets") {
			return ""
		}
	}
	return none
}
