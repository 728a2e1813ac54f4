//! Real servers: started, hurt, and gone without a trace.
#![cfg(test)]

use std::fs;
use std::path::Path;
use std::process::Command;

use stack::stores::{Durability, Store, Stores};
use stack::{Addresses, probe};

#[test]
fn stores_start_and_leave_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let stores = Stores::start(folder.path(), Durability::Memory).unwrap();
    let addresses = Addresses::read(&stores.addresses_file()).unwrap();
    assert_eq!(&addresses, stores.addresses());
    assert_eq!(psql(&addresses, "select 6 * 7"), "42");
    let ports = ports(&addresses);

    stores.stop().unwrap();

    assert_eq!(running_in(folder.path()), Vec::<String>::new());
    assert!(!ports.iter().any(|port| probe::accepts(*port)));
}

#[test]
fn a_store_is_killed_restarted_frozen_and_wiped_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let stores = Stores::start(folder.path(), Durability::Memory).unwrap();
    let addresses = stores.addresses().clone();
    psql(&addresses, "create table kept (word text); insert into kept values ('yes')");

    for store in Store::ALL {
        stores.server(store).kill().unwrap();
        assert!(!stores.server(store).is_running(), "{store}");
        stores.server(store).restart().unwrap();
        assert!(stores.server(store).is_running(), "{store}");
    }
    assert_eq!(psql(&addresses, "select word from kept"), "yes");

    stores.server(Store::Redis).pause().unwrap();
    assert!(stores.server(Store::Redis).is_running());
    stores.server(Store::Redis).resume().unwrap();

    stores.server(Store::PostgreSql).wipe().unwrap();
    assert_eq!(psql(&addresses, "select to_regclass('kept') is null"), "t");
    stores.server(Store::PostgreSql).pause().unwrap();
    drop(stores);
    assert_eq!(running_in(folder.path()), Vec::<String>::new());
}

fn psql(addresses: &Addresses, statement: &str) -> String {
    let output = Command::new("psql")
        .args(["-XqtA", "-d", &addresses.postgres_url, "-c", statement])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn ports(addresses: &Addresses) -> Vec<u16> {
    [&addresses.postgres_url, &addresses.redis_url, &addresses.amqp_url, &addresses.rabbitmq_management_url]
        .map(|url| url.rsplit(':').next().unwrap().split('/').next().unwrap().parse().unwrap())
        .to_vec()
}

/// Every process that a store starts works in its folder or names it.
fn running_in(folder: &Path) -> Vec<String> {
    let processes = fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path());
    processes
        .filter(|process| {
            let works_there = fs::read_link(process.join("cwd")).is_ok_and(|cwd| cwd.starts_with(folder));
            let environment = fs::read(process.join("environ")).unwrap_or_default();
            works_there || String::from_utf8_lossy(&environment).contains(folder.to_str().unwrap())
        })
        .map(|process| {
            let words = fs::read_to_string(process.join("cmdline")).unwrap_or_default().replace('\0', " ");
            format!("{}: {words}", process.display())
        })
        .collect()
}
