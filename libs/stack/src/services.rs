//! Our own services as child processes: each with its configuration, its log and its two ports, and hurt by name.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use std::{env, fs, thread};

use rustix::process::Signal;

use crate::error::Error;
use crate::port::Port;
use crate::process::{Launch, Process};
use crate::{probe, secrets, wait};

/// How long a service may take until it is ready, on a machine that is busy building.
const READY: Duration = Duration::from_mins(1);
/// A service gives itself less than this to finish what it has begun.
const DRAIN: Duration = Duration::from_secs(40);
/// How long a command that is run before serving, such as a migration, may take.
const SETUP: Duration = Duration::from_mins(1);

/// How one instance of a service is run.
#[derive(Debug)]
pub struct ServicePlan {
    /// The instance: `identity`, `quota-2`.
    pub name: String,
    /// The program.
    pub binary: PathBuf,
    /// Its configuration file.
    pub config: String,
    /// Subcommands that are run to their end before it first serves, such as `migrate`.
    pub setup: Vec<Vec<String>>,
    /// Further environment variables.
    pub environment: Vec<(String, String)>,
    /// Where it answers gRPC.
    pub grpc: Port,
    /// Where it serves `/metrics`, `/livez` and `/readyz`.
    pub metrics: Port,
}

/// Running services. Dropped, they are stopped.
#[derive(Debug)]
pub struct Services {
    folder: PathBuf,
    instances: Mutex<BTreeMap<String, Arc<Mutex<Instance>>>>,
}

#[derive(Debug)]
struct Instance {
    plan: ServicePlan,
    folder: PathBuf,
    process: Option<Process>,
}

impl Services {
    /// None yet; configurations and logs will lie in `folder`.
    pub fn in_folder(folder: &Path) -> Result<Self, Error> {
        fs::create_dir_all(folder).map_err(Error::file(folder))?;
        Ok(Self { folder: folder.to_owned(), instances: Mutex::default() })
    }

    /// Starts them all at once and waits until each is ready.
    pub fn start(&self, plans: impl IntoIterator<Item = ServicePlan>) -> Result<(), Error> {
        let started: Vec<_> = plans.into_iter().map(|plan| self.add(plan)).collect();
        in_parallel(&started, |instance| {
            instance.prepare()?;
            instance.start()
        })
    }

    /// Where it answers gRPC: `http://127.0.0.1:<port>`.
    pub fn grpc_url(&self, name: &str) -> Result<String, Error> {
        Ok(format!("http://{}", lock(self.instance(name)?.as_ref()).plan.grpc.address()))
    }

    /// Where it serves metrics: `http://127.0.0.1:<port>`.
    pub fn metrics_url(&self, name: &str) -> Result<String, Error> {
        Ok(format!("http://{}", lock(self.instance(name)?.as_ref()).plan.metrics.address()))
    }

    /// The file it writes its log to.
    pub fn log(&self, name: &str) -> Result<PathBuf, Error> {
        Ok(lock(self.instance(name)?.as_ref()).log())
    }

    /// The id of its process, while it runs.
    pub fn process_id(&self, name: &str) -> Result<Option<u32>, Error> {
        Ok(lock(self.instance(name)?.as_ref()).process.as_ref().map(Process::id))
    }

    /// Every instance, and whether it runs.
    pub fn status(&self) -> Vec<(String, bool)> {
        let instances = lock(&self.instances).clone();
        instances.iter().map(|(name, instance)| (name.clone(), lock(instance).is_running())).collect()
    }

    /// `kill -9`.
    pub fn kill(&self, name: &str) -> Result<(), Error> {
        lock(self.instance(name)?.as_ref()).process.take().map_or(Ok(()), |mut process| process.kill())
    }

    /// Asks it to finish what it has begun and to end; says whether it did so in time.
    pub fn terminate(&self, name: &str) -> Result<bool, Error> {
        lock(self.instance(name)?.as_ref()).stop()
    }

    /// Starts it again with the same configuration on the same ports, and waits until it is ready.
    pub fn restart(&self, name: &str) -> Result<(), Error> {
        let instance = self.instance(name)?;
        let mut instance = lock(instance.as_ref());
        instance.stop()?;
        instance.start()
    }

    /// Sets an environment variable that it gets from its next start on.
    pub fn set_environment(&self, name: &str, variable: &str, value: &str) -> Result<(), Error> {
        let instance = self.instance(name)?;
        let environment = &mut lock(instance.as_ref()).plan.environment;
        environment.retain(|(known, _)| known != variable);
        environment.push((variable.to_owned(), value.to_owned()));
        Ok(())
    }

    /// Takes an environment variable back, from its next start on; says whether it was set.
    pub fn forget_environment(&self, name: &str, variable: &str) -> Result<bool, Error> {
        let instance = self.instance(name)?;
        let environment = &mut lock(instance.as_ref()).plan.environment;
        let before = environment.len();
        environment.retain(|(known, _)| known != variable);
        Ok(environment.len() < before)
    }

    /// Freezes it: connections stay, answers do not come.
    pub fn pause(&self, name: &str) -> Result<(), Error> {
        lock(self.instance(name)?.as_ref()).process.as_ref().map_or(Ok(()), Process::pause)
    }

    /// Lets a frozen one go on.
    pub fn resume(&self, name: &str) -> Result<(), Error> {
        lock(self.instance(name)?.as_ref()).process.as_ref().map_or(Ok(()), Process::resume)
    }

    /// Runs a subcommand of its program with its configuration, such as `bootstrap`; gives what it prints.
    pub fn run(&self, name: &str, words: &[&str]) -> Result<String, Error> {
        // Several may run at once; each has an answer and a log of its own.
        static RUNS: AtomicU64 = AtomicU64::new(0);
        let run = RUNS.fetch_add(1, Ordering::Relaxed);
        let instance = self.instance(name)?;
        let (launch, folder) = {
            let instance = lock(instance.as_ref());
            (instance.launch(), instance.folder.clone())
        };
        let (answer, log) =
            (folder.join(format!("{name}.answer-{run}")), folder.join(format!("{name}.run-{run}.log")));
        let _ = fs::remove_file(&answer);
        Process::run(launch.args(words).output(&answer).log(log), SETUP)?;
        fs::read_to_string(&answer).map_err(Error::file(&answer))
    }

    /// Ends all of them at once, in good order.
    pub fn stop(&self) -> Result<(), Error> {
        let instances: Vec<_> = lock(&self.instances).values().cloned().collect();
        in_parallel(&instances, |instance| instance.stop().map(drop))
    }

    fn add(&self, plan: ServicePlan) -> Arc<Mutex<Instance>> {
        let name = plan.name.clone();
        let instance = Instance { plan, folder: self.folder.clone(), process: None };
        let instance = Arc::new(Mutex::new(instance));
        lock(&self.instances).insert(name, Arc::clone(&instance));
        instance
    }

    fn instance(&self, name: &str) -> Result<Arc<Mutex<Instance>>, Error> {
        let instances = lock(&self.instances);
        instances.get(name).cloned().ok_or_else(|| Error::NoService(name.to_owned()))
    }
}

impl Drop for Services {
    fn drop(&mut self) {
        let _ = self.stop();
    }
}

impl Instance {
    /// Writes its configuration and runs what comes before serving.
    fn prepare(&self) -> Result<(), Error> {
        secrets::write(&self.config_file(), self.plan.config.as_bytes())?;
        let commands = self.plan.setup.iter();
        commands.map(|words| self.launch().args(words)).try_for_each(|launch| Process::run(launch, SETUP))
    }

    fn start(&mut self) -> Result<(), Error> {
        let mut process = Process::spawn(self.launch())?;
        let mut stopped = false;
        let ready = wait::until(READY, || {
            stopped = !process.is_running();
            stopped || self.is_ready()
        });
        if stopped {
            return Err(process.failed("stopped while it was starting"));
        }
        if !ready {
            return Err(process.failed(format!("was not ready within {READY:?}")));
        }
        self.process = Some(process);
        Ok(())
    }

    fn stop(&mut self) -> Result<bool, Error> {
        let Some(mut process) = self.process.take() else { return Ok(true) };
        // A frozen one hears nothing.
        process.resume().ok();
        process.end(Signal::TERM, DRAIN)
    }

    fn is_running(&mut self) -> bool {
        self.process.as_mut().is_some_and(Process::is_running)
    }

    fn is_ready(&self) -> bool {
        let status = || probe::http_status(self.plan.metrics.number(), "/readyz", None);
        probe::accepts(self.plan.grpc.number()) && status().is_ok_and(|status| status == 200)
    }

    fn launch(&self) -> Launch {
        let launch = Launch::new(&self.plan.name, &self.plan.binary).log(self.log());
        let launch = launch.folder(&self.folder).env("YUANMENG_CONFIG", self.config_file());
        let telemetry = env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("OTEL_"));
        let launch = telemetry.fold(launch, |launch, (name, value)| launch.env(name, value));
        self.plan.environment.iter().fold(launch, |launch, (name, value)| launch.env(name, value))
    }

    fn config_file(&self) -> PathBuf {
        self.folder.join(format!("{}.toml", self.plan.name))
    }

    fn log(&self) -> PathBuf {
        self.folder.join(format!("{}.log", self.plan.name))
    }
}

/// Does it to all instances at once; the first failure is told.
fn in_parallel(
    instances: &[Arc<Mutex<Instance>>],
    work: impl Fn(&mut Instance) -> Result<(), Error> + Sync,
) -> Result<(), Error> {
    let work = &work;
    thread::scope(|scope| {
        let works: Vec<_> =
            instances.iter().map(|instance| scope.spawn(move || work(&mut lock(instance)))).collect();
        let outcomes = works
            .into_iter()
            .map(|work| work.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        outcomes.collect::<Vec<_>>().into_iter().collect()
    })
}

/// A panic elsewhere must not keep us from ending what we started.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
